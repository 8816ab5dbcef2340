"""What a run learns from: faces seen anew each time, and what teachers and other networks say of them."""
