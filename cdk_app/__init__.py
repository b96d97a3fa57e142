"""The application: its settings, and one module a stack."""
