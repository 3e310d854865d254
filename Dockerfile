# Sluice, hub and agent in one container: docker build --tag sluice . && docker run --publish 127.0.0.1:8088:8088 --volume sluice:/data sluice
# docs/how-to/install-on-a-server.md says the rest.

FROM node:24-slim AS pack
WORKDIR /checkout
COPY package.json package-lock.json ./
COPY console/package.json console/
COPY bin/ bin/
RUN npm ci --no-audit --no-fund
COPY . .
RUN mkdir /tarball && npm pack --pack-destination /tarball

# The package as anybody installs it, with the drivers of all databases, and nothing of the checkout.
FROM node:24-slim AS install
WORKDIR /app
COPY --from=pack /tarball/ /tarball/
RUN npm install --omit=dev --no-audit --no-fund /tarball/sluice-*.tgz pg@8.23.1 pg-copy-streams@7.0.0 mysql2@3.24.6

FROM node:24-slim
COPY --from=install /app/ /app/
RUN ln -s /app/node_modules/.bin/sluice /usr/local/bin/sluice && install --directory --owner=node --group=node --mode=0700 /data
ENV NODE_ENV=production
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8088
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8088/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["sluice"]
# Plain http inside the container alone: publish the port on this machine, with what does TLS in front of it.
CMD ["up", "--data", "/data", "--host", "0.0.0.0", "--allow-plain-http"]
