def run(n=2000):
    votes = [i * i % 501 for i in range(n)]
    return {party: votes.count(party) for party in set(votes)}  # expect: list-count-in-loop
