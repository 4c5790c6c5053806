# The operator's image: the bundle on Node, and nothing else. It needs no writable file system.
#
#   docker build -t cortex-logging/operator:0.1.0 --build-arg VERSION=0.1.0 .
#
# To pin the two base images by digest, give NODE_IMAGE and RUNTIME_IMAGE as name@sha256:….
ARG NODE_IMAGE=node:24.21.0-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# The bundle is the same for every platform, so that it is made on the builder's own.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No install scripts: the bundler works without, and the Node of this stage is the one wanted.
RUN --mount=type=cache,target=/var/cache/npm npm ci --cache /var/cache/npm --ignore-scripts --no-progress
COPY tsconfig.json ./
COPY scripts/build.ts scripts/read-arguments.ts scripts/
COPY scripts/build scripts/build
COPY src src
RUN ["node", "scripts/build.ts", "operator"]

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Cortex Logging operator" \
      org.opencontainers.image.description="Stamps pods of APIs and jobs with their identity and keeps their CloudWatch log group as declared" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# HOME for users that the image does not know: AWS's client asks for it, and fails where there is none.
# One arena of malloc spares 3 MB: nearly all of the work is one thread's. A trim threshold that is set stays as it is,
# instead of growing with the largest block that was ever freed, which spares 2 MB.
ENV NODE_ENV=production \
    HOME=/home/nonroot \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
COPY LICENSE ./
COPY --from=build /build/dist ./
# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "/app/operator.js"]
