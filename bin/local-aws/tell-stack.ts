/** Stacks, their change sets and events as CloudFormation tells them. */
import type { ChangeSet, Stack } from './stack-book.ts';

export const tellStack = (stack: Stack) => ({
  StackId: stack.id,
  StackName: stack.name,
  CreationTime: stack.createdAt,
  LastUpdatedTime: stack.updatedAt,
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  EnableTerminationProtection: stack.isProtected,
  Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  Parameters: Object.entries(stack.deployed?.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
  Tags: stack.deployed?.tags ?? [],
});

const executable = { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' };
const withoutChanges = {
  Status: 'FAILED',
  StatusReason:
    "The submitted information didn't contain changes. Submit different information to create a change set.",
  ExecutionStatus: 'UNAVAILABLE',
};

export const tellChangeSet = ({
  stack,
  changeSet,
}: {
  readonly stack: Stack;
  readonly changeSet: ChangeSet;
}) => ({
  ChangeSetId: changeSet.id,
  ChangeSetName: changeSet.name,
  StackId: stack.id,
  StackName: stack.name,
  CreationTime: changeSet.createdAt,
  ...(changeSet.isEmpty ? withoutChanges : executable),
  Changes: changeSet.changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
});

/** The newest first. */
export const tellEvents = ({ id, name, events }: Stack) =>
  events.toReversed().map((event) => ({
    StackId: id,
    StackName: name,
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.logicalId === name ? id : event.logicalId,
    ResourceType: event.type,
    Timestamp: event.at,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  }));
