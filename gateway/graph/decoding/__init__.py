"""Reading Square's answers in one go into what one operation wants of them, as far as that gives the same."""
