"""What HTTP asks of every answer, each in one place."""
