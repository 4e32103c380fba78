/** The other end of two floors, in a process of its own as the real parts are: `nest` or `grpc`. Prints its port. */
import 'reflect-metadata';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { Body, Controller, Logger, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt, IsString, MaxLength } from 'class-validator';
import { echoService } from './floor-echo.js';

class TinyDto {
  @IsString()
  @MaxLength(100)
  text!: string;

  @IsInt()
  quantity!: number;
}

@Controller()
class TinyController {
  @Post('tiny')
  tiny(@Body() body: TinyDto): { readonly ok: true; readonly quantity: number } {
    return { ok: true, quantity: body.quantity };
  }
}

@Module({ controllers: [TinyController] })
class TinyModule {}

const ready = (port: number): void => {
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
};

process.stdin.on('end', () => process.exit(0)).resume();

if (process.argv[2] === 'nest') {
  Logger.overrideLogger(false);
  const app = await NestFactory.create<NestFastifyApplication>(TinyModule, new FastifyAdapter());
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  await app.listen(0, '127.0.0.1');
  ready(Number(new URL(await app.getUrl()).port));
} else {
  const server = new Server();
  server.addService(echoService, {
    echo: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => answer(null, call.request),
    repeat: (call: ServerWritableStream<Buffer, Buffer>) => {
      let left = call.request.readUInt32BE();
      const write = (): void => {
        while (left > 0) {
          left -= 1;
          if (!call.write(call.request)) {
            call.once('drain', write);
            return;
          }
        }
        call.end();
      };
      write();
    },
  });
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    ready(port);
  });
}
