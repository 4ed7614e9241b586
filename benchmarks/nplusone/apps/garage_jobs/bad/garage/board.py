from garage.repository import JobRepository


def lines_of_the_board(repository: JobRepository) -> list[str]:
    lines = []
    for job in repository.open_jobs():
        plate = job.car.plate  # n+1: lazy-forward
        lines.append(f"{plate:>10}  {job.what}")
    return lines
