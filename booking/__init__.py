"""Who is this appointment for, and when? Stands on portal."""
