"""The database that Slurm's accounting of every cluster is in: who is let in, and what was used."""
