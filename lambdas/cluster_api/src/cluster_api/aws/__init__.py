"""The ports' real sides: they translate, call, and translate errors; they decide nothing."""
