# syntax=docker/dockerfile:1
FROM node:22-slim@sha256:c3de60bf2f9dd0ac6370e6117950ff62d6e339527e7472301c9c78a017978392 AS explorer
WORKDIR /explorer
COPY gateway/server/explorer/package.json gateway/server/explorer/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH
WORKDIR /src
COPY .ci/runtime.txt .ci/runtime.txt
RUN pip install --require-hashes -r .ci/runtime.txt
COPY pyproject.toml README.md ./
COPY .ci/explorer_assets.py .ci/explorer_assets.py
COPY gateway gateway
COPY --from=explorer /explorer/node_modules gateway/server/explorer/node_modules
RUN pip install --no-deps . && pip uninstall --yes pip

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
# The one writable place, for a database of the embedded Square. The gateway itself writes nowhere; several workers
# without a store keep their events in a temporary file, for which /tmp may be in memory.
RUN groupadd --system --gid 10001 gateway \
    && useradd --system --uid 10001 --gid 10001 --no-create-home gateway \
    && install --directory --owner 10001 --group 10001 /data
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 GATEWAY_HOST=0.0.0.0 GATEWAY_PORT=8000
# As numbers, so that an orchestrator can see that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as r; h, p = (os.environ[f'GATEWAY_{n}'] for n in ('HOST', 'PORT')); h = {'0.0.0.0': '127.0.0.1', '::': '::1'}.get(h, h); r.urlopen(f'http://[{h}]:{p}/livez' if ':' in h else f'http://{h}:{p}/livez', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["gateway"]
CMD ["serve"]
