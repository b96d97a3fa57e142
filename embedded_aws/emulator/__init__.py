"""The emulator: ministack with what it lacks; runs in the environment .venv-embedded-aws."""
