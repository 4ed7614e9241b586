import strawberry

from trails import resolvers


@strawberry.type
class Park:
    name: str
    length: int = strawberry.field(resolver=resolvers.length_of)


@strawberry.type
class Trail:
    name: str
    park: str = strawberry.field(resolver=resolvers.park_of)


@strawberry.type
class Query:
    parks: list[Park] = strawberry.field(resolver=resolvers.all_parks, graphql_type=list[Park])
    trails: list[Trail] = strawberry.field(resolver=resolvers.long_trails, graphql_type=list[Trail])


schema = strawberry.Schema(Query)
