"""Who is asking: sign-in, sessions, and the guard before every write. Reading needs no name."""
