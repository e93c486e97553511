FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json prisma.config.ts ./
COPY prisma ./prisma
COPY rules ./rules
COPY src ./src
# `prepare` generates the database client and compiles; then what only the build needed goes.
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production GALLRA_DATA=/data GALLRA_KEYS=/keys
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/rules ./rules
RUN printf '#!/bin/sh\nMALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 exec node --max-old-space-size=1024 --max-semi-space-size=4 /app/dist/cli/main.js "$@"\n' > /usr/local/bin/gallra \
  && chmod 755 /usr/local/bin/gallra \
  && mkdir -p /data /keys && chown node:node /data /keys && chmod 700 /data /keys
USER node
# Keys lie apart from data, so that one backup cannot hold both.
VOLUME ["/data", "/keys"]
ENTRYPOINT ["gallra"]
CMD ["serve"]
