from .models import Transfer, Wallet


async def book(deposits: dict[str, int]) -> None:
    wallets = {wallet.owner: wallet for wallet in await Wallet.filter(owner__in=list(deposits))}
    for owner, cents in deposits.items():
        wallet = wallets[owner]
        wallet.cents += cents
    await Wallet.bulk_update(wallets.values(), fields=["cents"])
    await Transfer.bulk_create(Transfer(wallet=wallets[owner], cents=cents) for owner, cents in deposits.items())
