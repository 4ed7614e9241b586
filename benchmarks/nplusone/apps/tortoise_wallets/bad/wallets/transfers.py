from .models import Transfer, Wallet


async def book(deposits: dict[str, int]) -> None:
    for owner, cents in deposits.items():
        wallet = await Wallet.get(owner=owner)  # n+1: tortoise
        wallet.cents += cents
        await wallet.save(update_fields=["cents"])  # n+1: tortoise
        await Transfer.create(wallet=wallet, cents=cents)  # n+1: tortoise
