"""The pages that curators write with; every one of them needs a name."""
