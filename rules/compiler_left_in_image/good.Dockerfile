FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -o /bin/orders ./cmd/orders

FROM debian:bookworm-slim
COPY --from=build /bin/orders /bin/orders
CMD ["/bin/orders"]
