# The image of a release: the executable, on a base that has the C library and nothing else to run. It holds no shell.
#
#   npm run build -- --targets=linux-x64,linux-arm64
#   sh build/image.sh dist/release dist/image
#   docker build -t yara-orm .
#   docker run --rm -v "$PWD/migrations:/app/migrations:ro" -e DATABASE_URL yara-orm upgrade --wait 60s
#
# It needs no folder to write to: a read-only root file system and a missing /tmp are fine.
FROM gcr.io/distroless/base-nossl-debian12:nonroot
ARG TARGETARCH
COPY dist/image/${TARGETARCH}/yara-orm /usr/local/bin/yara-orm
WORKDIR /app
# A number, so that Kubernetes can tell that it is not root.
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/yara-orm"]
CMD ["--help"]
