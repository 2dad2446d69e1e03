"""What people look at: one record of a session, shown in several ways."""
