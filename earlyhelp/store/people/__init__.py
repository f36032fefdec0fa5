"""Who is who and who lives where; what is held on one person, and what they asked."""
