# expect: compiler-left-in-image
FROM golang:1.24
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -o /bin/orders ./cmd/orders
CMD ["/bin/orders"]
