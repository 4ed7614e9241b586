"""The hackathon board: challenges, a judge that trusts nothing, a ranking with intervals, and its pages."""
