from tortoise.functions import Count

from wallets.models import Wallet


async def busiest() -> str:
    wallets = await Wallet.annotate(count=Count("transfers"))
    counts = [(wallet.count, wallet.owner) for wallet in wallets]
    return max(counts)[1]
