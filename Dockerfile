# The image of the jobs. SageMaker calls `docker run IMAGE train` and `docker run IMAGE serve`; `process STEP` comes as
# the entry point's arguments. Written for Docker 23 or newer; see docs/guides/aws.md for what has been tried of it.
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
ARG PLIMSOLL_COMMIT=
ENV PLIMSOLL_COMMIT=${PLIMSOLL_COMMIT}
RUN cargo build --release --locked --package plimsoll

FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 plimsoll \
    && useradd --system --uid 10001 --gid plimsoll --no-create-home plimsoll \
    && mkdir -p /opt/ml \
    && chown plimsoll:plimsoll /opt/ml
COPY --from=build /source/target/release/plimsoll /usr/local/bin/plimsoll
COPY LICENSE /usr/share/doc/plimsoll/LICENSE
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/plimsoll"]
CMD ["--help"]
