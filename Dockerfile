FROM node:24-slim

LABEL org.opencontainers.image.title="logoff-lab" \
      org.opencontainers.image.description="A gateway with TMG's logoff detection in front of mock Exchange servers, and a mock Office 365" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-slim"

ENV NODE_ENV=production \
    LOGOFF_LAB_HOST=0.0.0.0
WORKDIR /app

# Root owns everything here, and user 1000 can read it whatever the umask was of who checked it out.
COPY --chmod=755 package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf /root/.npm /tmp/node-compile-cache
COPY --chmod=755 rules rules
COPY --chmod=755 src src

# A number: Kubernetes cannot tell by a name that this is not root.
USER 1000:1000
EXPOSE 8080 8081 8082 8083
# Whole paths: they hold in every working directory.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "/app/src/main.ts", "healthcheck"]
ENTRYPOINT ["node", "--disable-warning=DEP0060", "/app/src/main.ts"]
CMD ["lab"]
