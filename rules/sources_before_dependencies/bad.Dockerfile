FROM python:3.12-slim
WORKDIR /app
COPY . .
# expect: sources-before-dependencies
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "--workers", "3", "shop.wsgi"]
