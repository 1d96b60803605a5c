export class Worker {
  constructor(url: string);
  dispatcher: { saveDispatch(message: object): void };
  onmessage: (message: { data: any }) => void;
  answer: any;
}
