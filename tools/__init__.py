"""What the make verbs run beside the application itself."""
