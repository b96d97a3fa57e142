"""Head nodes of the embedded AWS's clusters: what each does as its role, and a laboratory as one.

`bootstrap` is the order of things, which a played node and a booted one have in common. A booted
one is a process of its own (`python -m embedded_aws.head_nodes`) that ends with the emulator.
"""
