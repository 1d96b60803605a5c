"""Pictures, tables and other things made to be looked at."""
