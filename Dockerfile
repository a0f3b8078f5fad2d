FROM node:24-slim

LABEL org.opencontainers.image.title="logoff-lab" \
      org.opencontainers.image.description="A gateway with TMG's logoff detection in front of mock Exchange servers, and a mock Office 365" \
      org.opencontainers.image.licenses="MIT"

ENV NODE_ENV=production \
    LOGOFF_LAB_HOST=0.0.0.0
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf /root/.npm /tmp/node-compile-cache

COPY rules rules
COPY src src

USER 1000
EXPOSE 8080 8081 8082 8083
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
  CMD ["node", "src/main.ts", "healthcheck"]
ENTRYPOINT ["node", "--disable-warning=DEP0060", "src/main.ts"]
CMD ["lab"]
