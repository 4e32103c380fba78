# One image for api and projector; docker-compose.yml says what each of them runs.
FROM node:20.19.5-bookworm-slim AS build
WORKDIR /docket
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY .swcrc tsconfig.json tsconfig.base.json ./
COPY apps apps
COPY libs libs
COPY projections projections
RUN npm run build

FROM node:20.19.5-bookworm-slim
ENV NODE_ENV=production
WORKDIR /docket
COPY --from=build /docket/package.json ./
COPY --from=build /docket/node_modules node_modules
COPY --from=build /docket/dist dist
COPY bin bin
USER node
CMD ["node", "dist/apps/api/main.js"]
