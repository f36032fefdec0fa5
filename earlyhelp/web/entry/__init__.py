"""Who somebody is and what opens for them: the policy table, the council's sign-in, sessions and locks."""
