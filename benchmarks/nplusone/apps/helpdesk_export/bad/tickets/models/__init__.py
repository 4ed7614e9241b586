from .people import Agent, Customer
from .ticket import Ticket

__all__ = ["Agent", "Customer", "Ticket"]
