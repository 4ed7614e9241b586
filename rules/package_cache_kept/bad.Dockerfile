FROM python:3.12-slim
# expect: package-cache-kept
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
WORKDIR /app
COPY requirements.txt ./
# expect: package-cache-kept
RUN pip install -r requirements.txt
COPY . .
CMD ["gunicorn", "--workers", "3", "shop.wsgi"]
