# The service as one image: built with all tools, shipped with none of them, run by a user who owns only the data.
FROM node:24-slim AS build
WORKDIR /app
# Dependencies first: they change less often than the sources, and this layer is kept until they do.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY simulators simulators
COPY scripts scripts
COPY bench bench
COPY web web
RUN npm run --silent build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
    FENGHUO_DATA_DIR=/data \
    FENGHUO_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY seeds seeds
COPY LICENSE ./
# The image is read-only to the service; its log, its stores and its snapshots are the volume.
RUN mkdir /data && chown node:node /data && ln -s /app/dist/src/app/main.cjs /usr/local/bin/fenghuo
VOLUME /data
USER node
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.FENGHUO_HTTP_PORT ?? 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM ends it in order: ingest closes, the last group is committed, a snapshot is written.
STOPSIGNAL SIGTERM
# Room for short-lived objects: messages are many and small, and the default collects them far too often.
ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/src/app/main.cjs"]
CMD ["start"]
