"""What a report says, row by row and figure by figure; which file it becomes is decided by whoever writes it."""
