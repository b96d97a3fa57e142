"""The REST API of the clusters: admits projects, launches their stacks, tells how they are."""
