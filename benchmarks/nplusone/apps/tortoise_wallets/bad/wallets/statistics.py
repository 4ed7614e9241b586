from wallets.models import Wallet


async def busiest() -> str:
    wallets = await Wallet.all()
    counts = [(await wallet.transfers.all().count(), wallet.owner) for wallet in wallets]  # n+1: tortoise
    return max(counts)[1]
