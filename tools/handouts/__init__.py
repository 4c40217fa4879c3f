"""What a teacher takes along: slides, the book on paper, flash cards."""
