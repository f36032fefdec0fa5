"""What a key worker does with a case: pure rules of states, answers and whose move it is."""
