"""Small changes to the code of attention, and which of them no test notices."""
