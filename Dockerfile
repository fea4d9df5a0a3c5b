# One image for every service of docker-compose.yml; dependencies exactly as locked.
FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/protomodels
WORKDIR /src
COPY requirements.lock .
RUN /opt/protomodels/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /opt/protomodels/bin/pip install --no-cache-dir --no-deps --no-compile . \
 && /opt/protomodels/bin/pip check

FROM python:3.11-slim-bookworm
# wget: health checks, and Ray's of its nodes
RUN apt-get update && apt-get install -y --no-install-recommends tini wget && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home protomodels \
 && install -d -o protomodels -g protomodels /cache
COPY --from=build /opt/protomodels /opt/protomodels
ENV PATH=/opt/protomodels/bin:$PATH \
    PROTOMODELS_CACHE=/cache \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    RAY_USAGE_STATS_ENABLED=0
USER protomodels
WORKDIR /home/protomodels
ENTRYPOINT ["tini", "--"]
CMD ["protomodels", "--help"]
