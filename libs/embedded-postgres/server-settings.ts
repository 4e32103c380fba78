/** Settings given on the command line, so that an old data folder gets today's. */
export function serverSettings(port: number, durable: boolean): readonly (readonly [name: string, value: string])[] {
  const flush = durable ? 'on' : 'off';
  return [
    ['port', String(port)],
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['password_encryption', 'scram-sha-256'],
    ['max_connections', '200'],
    ['shared_buffers', '128MB'],
    ['jit', 'off'],
    ['timezone', 'UTC'],
    ['fsync', flush],
    ['full_page_writes', flush],
    ['synchronous_commit', flush],
    // An erased person must not live on in a recycled segment of the write-ahead log.
    ['wal_recycle', 'off'],
    ['max_wal_size', '1GB'],
    // No statement, parameter or value of a row ever reaches the server's log: nothing below LOG, and no details.
    ['log_min_messages', 'log'],
    ['log_min_error_statement', 'panic'],
    ['log_statement', 'none'],
    ['log_min_duration_statement', '-1'],
    ['log_parameter_max_length', '0'],
    ['log_parameter_max_length_on_error', '0'],
    ['log_error_verbosity', 'terse'],
    ['log_checkpoints', 'off'],
    ['log_autovacuum_min_duration', '-1'],
    ['logging_collector', 'off'],
  ];
}
