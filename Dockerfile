# One image for every service of docker-compose.yml; dependencies exactly as locked.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends binutils && python -m venv --without-pip /opt/protomodels
WORKDIR /src
COPY requirements.lock .
# bytecode is half of some packages: it is made where it is used, see below
RUN pip --python /opt/protomodels/bin/python install --no-cache-dir --no-compile --require-hashes -r requirements.lock
COPY . .
RUN pip --python /opt/protomodels/bin/python install --no-cache-dir --no-deps --no-compile . \
 && pip --python /opt/protomodels/bin/python check
# what no service reads: tests, sources, symbols; of Ray its Java and its reinforcement learning;
# of Arrow its network protocols (python -m benchmarks.image measures it)
RUN cd /opt/protomodels/lib/python3.11/site-packages \
 && find . -depth -type d '(' -name tests -o -name test ')' -exec rm -rf '{}' + \
 && find . -type f -regex '.*\.\(pyi\|pyx\|pxd\|c\|cc\|cpp\|h\|hpp\|a\|map\)' -delete \
 && rm -rf ray/jars ray/rllib ../../../bin/py-spy pyarrow/*flight* pyarrow/*s3* \
 && find . -type f -name '*.so*' -not -path '*.libs/*' -exec strip --strip-unneeded '{}' + \
 && strip --strip-unneeded ray/core/src/ray/gcs/gcs_server ray/core/src/ray/raylet/raylet

FROM python:3.11-slim-bookworm
# wget: health checks, and Ray's of its nodes
RUN apt-get update && apt-get install -y --no-install-recommends tini wget && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home protomodels \
 && install -d -o protomodels -g protomodels /cache
COPY --from=build /opt/protomodels /opt/protomodels
# services share what one of them compiled, machine code and bytecode alike
ENV PATH=/opt/protomodels/bin:$PATH \
    PROTOMODELS_CACHE=/cache \
    PYTHONPYCACHEPREFIX=/cache/bytecode \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    RAY_USAGE_STATS_ENABLED=0
USER protomodels
WORKDIR /home/protomodels
ENTRYPOINT ["tini", "--"]
CMD ["protomodels", "--help"]
